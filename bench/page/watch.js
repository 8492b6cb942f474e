/** Runs the work and tells what the page went through meanwhile. */
export async function watched(work) {
  let longestGap = 0
  let last = performance.now()
  let going = true
  const frame = (now) => {
    longestGap = Math.max(longestGap, now - last)
    last = now
    if (going) requestAnimationFrame(frame)
  }
  const tasks = []
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
  observer.observe({ type: 'longtask' })
  await new Promise(requestAnimationFrame)
  last = performance.now()
  requestAnimationFrame(frame)
  const from = performance.now()
  const more = await work()
  const ms = performance.now() - from
  await new Promise((resolve) => setTimeout(resolve, 100))
  going = false
  tasks.push(...observer.takeRecords().map((one) => one.duration))
  return { ms, longestGap, longTasks: tasks.length, longestTask: Math.max(0, ...tasks), ...more }
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { lakefsKeys } from '../core/lakefs/index.ts'
import type { Destination } from '../index.ts'
import { Icon } from '../react/ui/icons.tsx'
import { usePage } from './context.tsx'

const PAGE = 100

/**
 * Listing of the branch below the folder. It refreshes after each link, because the widget marks the queries of the
 * branch as outdated.
 */
export function Listing({ place, onFolder }: { place: Destination; onFolder: (prefix: string) => void }) {
  const { words, format, lakefs, settings } = usePage()
  const start = place.prefix
  const [walk, setWalk] = useState({ start, at: start })
  const at = walk.start === start ? walk.at : start
  const go = (to: string) => setWalk({ start, at: to })
  const ref = { repository: place.repository, branch: place.branch }
  const list = useInfiniteQuery({
    queryKey: [...lakefsKeys.listing(lakefs.endpoint, ref, at), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      lakefs.list(ref, { prefix: at, delimiter: '/', amount: PAGE, after: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ pagination }) => (pagination.has_more ? pagination.next_offset : undefined),
    retry: 1,
  })
  const entries = list.data?.pages.flatMap((page) => page.results) ?? []
  // The error stays while the request is repeated, so that it is announced once.
  const unread = entries.length === 0 && !list.isSuccess && list.errorUpdateCount > 0
  const steps = at.split('/').filter(Boolean)

  return (
    <section className="lfp-box lfp-listing" aria-labelledby="lfp-listing">
      <div className="lfp-listing-head">
        <h2 id="lfp-listing">{words.listing}</h2>
        <nav dir="ltr" className="lfp-crumbs" aria-labelledby="lfp-listing">
          <button type="button" onClick={() => go('')} aria-current={at === '' ? 'location' : undefined}>
            {words.listingRoot}
          </button>
          {steps.map((name, index) => {
            const path = `${steps.slice(0, index + 1).join('/')}/`
            return (
              <span key={path}>
                <i aria-hidden="true">/</i>
                <button type="button" onClick={() => go(path)} aria-current={at === path ? 'location' : undefined}>
                  {name}
                </button>
              </span>
            )
          })}
        </nav>
        {at !== start && !settings.locked && (
          <button type="button" className="lfu-button lfu-small" onClick={() => onFolder(at)}>
            {words.uploadHere}
          </button>
        )}
      </div>
      {unread ? (
        <p className="lfp-empty" role="alert">
          <span>{`${words.listingFailed} `}</span>
          <button type="button" className="lfu-link" onClick={() => void list.refetch()}>
            {words.retry}
          </button>
        </p>
      ) : (
        <ul className="lfp-entries" aria-busy={list.isPending}>
          {entries.map((entry) => {
            const name = entry.path.slice(at.length) || entry.path
            if (entry.path_type === 'common_prefix') {
              return (
                <li key={entry.path}>
                  <Icon name="folder" />
                  <button type="button" className="lfu-link lfp-name" onClick={() => go(entry.path)}>
                    <bdi>{name}</bdi>
                  </button>
                </li>
              )
            }
            return (
              <li key={entry.path}>
                <Icon name="file" />
                <bdi className="lfp-name">{name}</bdi>
                <bdi className="lfp-soft lfp-when">{format.day(entry.mtime * 1000)}</bdi>
                <bdi className="lfp-soft lfp-size">{format.bytes(entry.size_bytes)}</bdi>
              </li>
            )
          })}
        </ul>
      )}
      {list.isSuccess && entries.length === 0 && <p className="lfp-empty">{words.listingEmpty}</p>}
      {list.hasNextPage && (
        <button
          type="button"
          className="lfu-button lfu-small lfp-more"
          aria-disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {words.listingMore}
        </button>
      )}
    </section>
  )
}

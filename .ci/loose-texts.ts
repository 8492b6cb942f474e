import { parseSync } from 'vite'

interface Node {
  type: string
  start: number
  [field: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

/**
 * Returns each text in JSX that is not the only child of an element of its own, by line. Whatever is not an element by
 * its syntax counts as text, `children` too.
 */
export function looseTexts(file: string, source: string): string[] {
  const found: string[] = []
  const note = (node: Node) => {
    const line = source.slice(0, node.start).split('\n').length
    found.push(
      `${file}:${line} ${source
        .slice(node.start, node.end as number)
        .replace(/\s+/g, ' ')
        .trim()}`,
    )
  }
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one)
    if (!isNode(value)) return
    if (value.type === 'JSXElement' || value.type === 'JSXFragment') {
      const children = (value.children as Node[]).filter(isShown)
      const alone = children.length === 1 && value.type === 'JSXElement'
      for (const child of children) if (!alone && !isElement(child)) note(child)
    }
    for (const field of Object.values(value)) visit(field)
  }
  visit(parseSync(file, source).program)
  return found
}

/** React leaves out white space with a line break in it, and comments. */
function isShown(child: Node): boolean {
  if (child.type === 'JSXText') return !/^\s*\n\s*$/.test(child.value as string)
  return child.type !== 'JSXExpressionContainer' || (child.expression as Node).type !== 'JSXEmptyExpression'
}

function isElement(node: Node): boolean {
  const all = (...nodes: unknown[]) => nodes.every((one) => isNode(one) && isElement(one))
  switch (node.type) {
    case 'JSXElement':
    case 'JSXFragment':
      return true
    case 'JSXExpressionContainer':
      return all(node.expression)
    case 'LogicalExpression':
      return node.operator === '&&' ? all(node.right) : all(node.left, node.right)
    case 'ConditionalExpression':
      return all(node.consequent, node.alternate)
    case 'Literal':
      return node.value === null || typeof node.value === 'boolean'
    case 'Identifier':
      return node.name === 'undefined'
    case 'ParenthesizedExpression':
      return all(node.expression)
    case 'CallExpression': {
      // `list.map(() => <li />)`
      const { callee, arguments: given } = node as unknown as { callee: Node; arguments: Node[] }
      const [work] = given
      const isMap = callee.type === 'MemberExpression' && (callee.property as Node).name === 'map'
      return isMap && work?.type === 'ArrowFunctionExpression' && yieldsElement(work.body as Node)
    }
    default:
      return false
  }
}

function yieldsElement(body: Node): boolean {
  if (body.type !== 'BlockStatement') return isElement(body)
  const returned = (body.body as Node[]).filter(({ type }) => type === 'ReturnStatement')
  return returned.length > 0 && returned.every(({ argument }) => isNode(argument) && isElement(argument))
}

import { type LakeFS, lakefsQueries } from '../core/lakefs/index.ts'

/** Queries up to 1,000 repositories whose name contains `search`; older servers return those that start with it. */
export function repositoriesLike(lakefs: LakeFS, search: string) {
  const query = lakefsQueries.repositories(lakefs, search)
  return {
    ...query,
    queryFn: async (context: Parameters<typeof query.queryFn>[0]) => {
      const page = await query.queryFn(context)
      // Older servers ignore `search` and answer with their first page.
      const ignored = page.pagination.has_more && page.results.some(({ id }) => !id.includes(search.toLowerCase()))
      return ignored ? await lakefs.repositories({ prefix: search }, context.signal) : page
    },
  }
}

import { expect, it } from 'vitest'
import { defaultPolicies, missingAction, type Policy } from './policies.ts'
import { ROUTES } from './routes.ts'

const { admin, writer, reader, teammate } = defaultPolicies()
const missing = (policy: Policy | undefined, ...routes: string[]) =>
  routes.map((route) => missingAction(policy, route, 'demo'))

it('names the action that is missing', () => {
  expect(missing(admin, ...ROUTES).filter(Boolean)).toEqual([])
  expect(missing(reader, 'ls', 'stat', 'branch', 'link', 'commit')).toEqual([
    undefined,
    undefined,
    undefined,
    'fs:WriteObject',
    'fs:CreateCommit',
  ])
  expect(missing(writer, 'link', 'protection', 'create-pull')).toEqual([undefined, undefined, 'pr:WritePullRequest'])
  expect(missing(teammate, 'link', 'commit', 'protection')).toEqual([
    undefined,
    undefined,
    'branches:GetBranchProtectionRules',
  ])
})

it('gives a user without a policy nothing, and nobody needs an action to say who they are', () => {
  expect(missing(undefined, 'ls', 'user', 'config')).toEqual(['fs:ListObjects', undefined, undefined])
})

it('holds for the repositories of the policy, and there is no list of all repositories for it', () => {
  expect(missingAction(teammate, 'repository', 'archive')).toBe('fs:ReadRepository')
  expect(missingAction(teammate, 'repositories', undefined)).toBe('fs:ListRepositories')
  expect(missingAction(writer, 'repositories', undefined)).toBeUndefined()
})

it('takes a star for any characters and a dot for itself', () => {
  expect(missingAction({ actions: ['fs:*Object'] }, 'link', 'demo')).toBeUndefined()
  expect(missingAction({ actions: ['fs.WriteObject'] }, 'link', 'demo')).toBe('fs:WriteObject')
})

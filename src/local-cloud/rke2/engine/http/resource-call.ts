import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Resource } from '../store/resources.ts'
import type { Api } from './api.ts'
import type { Identity } from './identity.ts'
import type { RequestInfo } from './request-info.ts'

export type ResourceInfo = Extract<RequestInfo, { about: 'resource' }>

/** One request about objects, with all that its handler needs. */
export interface ResourceCall {
  api: Api
  identity: Identity
  request: IncomingMessage
  response: ServerResponse
  query: URLSearchParams
  info: ResourceInfo
  resource: Resource
}

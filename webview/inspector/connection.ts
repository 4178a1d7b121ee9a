/** The inspector's line to the extension host. */
import type { PageNotifications, PageRequests } from '../../src/shared/pageContract.ts';
import type { Client } from '../../src/shared/rpc.ts';
import { connectHost, type WebviewApi } from '../shared/hostConnection.ts';

export type HostClient = Client<PageRequests, PageNotifications>;

export function connect(api: WebviewApi): HostClient {
  return connectHost<PageRequests, PageNotifications>(api);
}

/** How requests leave: the same for the manager's channel and for the page's fetch. */

export interface TransportRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Blob;
  /** The answer is read as it comes. Default is false. */
  streaming?: boolean;
  signal?: AbortSignal;
}

/**
 * @throws TypeError when there is no connection, as fetch does
 * @throws the signal's reason
 */
export type Transport = (url: string, request?: TransportRequest) => Promise<Response>;

/** Where the calls are, on the origin that served this page. Spelled here once more because the protocol's modules bring their checks along. */
export const API_BASE = '/api/v1'

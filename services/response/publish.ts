/** Publishes from the house to whoever has subscribed; failures are the broker's to log. */
export type Publish = (message: { topic: string; payload: string; qos: 0 | 1; retain: boolean }) => void

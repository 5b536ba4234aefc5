/** Sizes and numbers that the wire is held to. Everything else in the project takes them from here. */

/** Bytes of one JSON object (`telemetry`, `event`, `status`, `command/{id}/result`). */
export const MAX_OBJECT_BYTES = 64 * 1024
/** Bytes of a JSON array (`telemetry` and `event` alone may be arrays). */
export const MAX_ARRAY_BYTES = 256 * 1024
/** Bytes of a picture. */
export const MAX_JPEG_BYTES = 512 * 1024
/** Bytes of a whole MQTT frame; a larger one closes the connection. */
export const MAX_FRAME_BYTES = 1024 * 1024
/** Elements of an array. */
export const MAX_ELEMENTS = 500
/** The last instant that a `Date` can hold, in ms since 1970 (ECMA-262, Time Values and Time Range). */
export const MAX_TS = 8.64e15
/** Characters of `boot`. */
export const MAX_BOOT_CHARACTERS = 16

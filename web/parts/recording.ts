/**
 * Recordings as files: a module of its own that is loaded when one is made or read
 * (web/element/recording.ts). It imports nothing when it is built.
 */
export { packRecording, unpackRecording } from '../host/record/format.ts';

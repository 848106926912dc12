/** What the broker fills in when it serves the script; `{}` when it was installed from elsewhere. */
declare const ZCBOT_SERVED: unknown;
declare const __VERSION__: string;

declare module 'virtual:page-side' {
  const source: string;
  export default source;
}

/** 20 × 20 line icons; decorative, so always hidden from assistive technology. */
const PATHS = {
  plus: 'M10 4v12M4 10h12',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Zm4-1.5 3.5 3.5',
  menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
  close: 'm5 5 10 10M15 5 5 15',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  send: 'M10 16V4m0 0L5 9m5-5 5 5',
  copy: 'M7.5 7.5h8v9h-8zM12.5 7.5v-4h-8v9h3',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  down: 'M10 4v12m0 0 5-5m-5 5-5-5',
  chevron: 'm7.5 5 5 5-5 5',
  settings:
    'M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm6-2.5 1.5-1-1-2.5-1.8.4-1.2-1.2.4-1.8-2.5-1L10 4.5l-1-1.6-2.5 1 .4 1.8-1.2 1.2-1.8-.4-1 2.5L4.5 10l-1.6 1 1 2.5 1.8-.4 1.2 1.2-.4 1.8 2.5 1 1-1.6 1 1.6 2.5-1-.4-1.8 1.2-1.2 1.8.4 1-2.5Z',
  archive: 'M3.5 4h13v3.5h-13zM5 7.5V16h10V7.5M8.5 10.5h3',
  rename: 'm4 16 .8-3.4L13 4.4l2.6 2.6-8.2 8.2z',
  trash: 'M4 6h12M8 6V4h4v2m2.5 0-.7 10H6.2L5.5 6M8.5 9v4.5m3-4.5v4.5',
  logout: 'M8 4H4.5v12H8m3-9 3 3-3 3m3-3H8',
  tool: 'M12.8 3.6a4 4 0 0 0-4.6 5.2l-4.7 4.7 3 3 4.7-4.7a4 4 0 0 0 5.2-4.6l-2.5 2.4-2.8-.7-.7-2.8z',
  thought: 'M10 3.5a5 5 0 0 0-3 9v2h6v-2a5 5 0 0 0-3-9ZM8 17h4',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm0-11v4l2.5 1.5',
  warning: 'M10 3.5 2.8 16h14.4zM10 8.5v3.5m0 2.2v.1',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5Zm7.5 2.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
} as const;

export type IconName = keyof typeof PATHS | 'stop';

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      {name === 'stop' ? (
        <rect x="6" y="6" width="8" height="8" rx="1.5" fill="currentColor" />
      ) : (
        <path
          d={PATHS[name]}
          fill="none"
          stroke="currentColor"
          stroke-width={name === 'more' ? 2.4 : 1.6}
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      )}
    </svg>
  );
}

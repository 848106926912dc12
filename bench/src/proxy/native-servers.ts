/** nginx, haproxy and caddy as streaming reverse proxies on one core, for loopback only. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, MeasuredProcess } from './measured-process.ts';

export type NativeName = 'nginx' | 'haproxy' | 'caddy';

interface Place {
  port: number;
  folder: string;
  /** host:port */
  upstream: string;
}

/** Buffering is off both ways, as an SSE proxy needs it. */
const nginx = ({ port, folder, upstream }: Place): string => `
daemon off; master_process off; worker_processes 1;
pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  client_max_body_size 0;
  keepalive_requests 100000000;
  upstream backend { server ${upstream}; keepalive 512; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
      add_header Access-Control-Allow-Origin $http_origin always;
      add_header Vary Origin always;
    }
  }
}
`;

const haproxy = ({ port, upstream }: Place): string => `
global
  maxconn 4096
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-no-delay
  option abortonclose
  http-reuse always
frontend pages
  bind 127.0.0.1:${port}
  http-request set-var(txn.origin) req.hdr(origin)
  http-response set-header Access-Control-Allow-Origin %[var(txn.origin)]
  http-response set-header Vary Origin
  default_backend upstream
backend upstream
  server one ${upstream}
`;

const caddy = ({ port, folder, upstream }: Place): string => `
{
  admin off
  auto_https off
  storage file_system ${folder}
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  header Access-Control-Allow-Origin {http.request.header.Origin}
  header Vary Origin
  reverse_proxy ${upstream}
}
`;

const SERVERS: Record<
  NativeName,
  { config: (place: Place) => string; command: string[]; environment?: Record<string, string> }
> = {
  nginx: { config: nginx, command: ['nginx', '-c'] },
  haproxy: { config: haproxy, command: ['haproxy', '-db', '-f'] },
  caddy: {
    config: caddy,
    command: ['caddy', 'run', '--adapter', 'caddyfile', '--config'],
    environment: { GOMAXPROCS: '1' },
  },
};

export async function startNative(name: NativeName, upstream: URL): Promise<MeasuredProcess> {
  const { config, command, environment } = SERVERS[name];
  const folder = mkdtempSync(join(tmpdir(), `zcbot-bench-${name}-`));
  const port = await freePort();
  const file = join(folder, 'proxy.conf');
  writeFileSync(file, config({ port, folder, upstream: upstream.host }));
  const homes = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  return MeasuredProcess.native([...command, file], {
    port,
    folder,
    environment: { ...homes, ...environment },
  });
}

import type { Call, Owner, Route } from '../server/call.ts';
import { queryOf } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';
import { newId } from '../state/ids.ts';

interface StoredFile {
  owner: Owner;
  id: string;
  bytes: number;
  created_at: number;
  file_name: string;
}

/** What was uploaded, without its content: the simulator reads no files. */
export class Files {
  readonly #byId = new Map<string, StoredFile>();

  add(file: StoredFile): void {
    this.#byId.set(file.id, file);
  }

  /** @throws SimulatedError 4200 for unknown files and those of another session */
  find(owner: Owner, id: string): StoredFile {
    const file = this.#byId.get(id);
    const own =
      file?.owner.clientId === owner.clientId && file.owner.sessionName === owner.sessionName;
    if (!file || !own) throw new SimulatedError(4200);
    return file;
  }
}

async function upload({ state, owner, request, rawBody }: Call): Promise<object> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data/i.test(type)) throw new SimulatedError(4304);
  const form = await new Response(new Uint8Array(rawBody), { headers: { 'content-type': type } })
    .formData()
    .catch(() => {
      throw new SimulatedError(4304);
    });
  const files = form.getAll('file').filter((entry) => typeof entry !== 'string');
  const [file] = files;
  if (!file) throw new SimulatedError(4304, 'The field file is missing');
  if (files.length > 1) throw new SimulatedError(4301);
  if (file.size === 0) throw new SimulatedError(4300);
  const stored: StoredFile = {
    owner,
    id: newId(),
    bytes: file.size,
    created_at: state.nowSeconds(),
    file_name: file.name,
  };
  state.files.add(stored);
  return { data: shown(stored) };
}

function shown({ owner: _owner, ...file }: StoredFile): object {
  return file;
}

export const fileRoutes: Route[] = [
  { method: 'POST', path: '/v1/files/upload', auth: 'token', handle: upload },
  {
    method: 'GET',
    path: '/v1/files/retrieve',
    auth: 'token',
    handle: (call) => ({
      data: shown(call.state.files.find(call.owner, queryOf(call, 'file_id'))),
    }),
  },
];

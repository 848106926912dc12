/** Which API base counts: COZE_API_BASE over the file's, and never a mix of the two regions. */
import { REGION_BASES } from '../endpoints.ts';
import { parseApiBase, regionOf } from './api-base.ts';
import type { Finding, Region } from './credentials.ts';
import type { ConfigFile } from './oauth-config.ts';

export type PlaceResult =
  | { ok: true; apiBase: string; region: Region; warnings: Finding[] }
  | { ok: false; faults: Finding[] };

export function resolveApiBase(config: ConfigFile, override: string | undefined): PlaceResult {
  const faults: Finding[] = [];
  const warnings: Finding[] = [];
  const read = (field: string, value: string | undefined) => {
    if (value === undefined || value === '') return undefined;
    const result = parseApiBase(value);
    if (result.ok) return result;
    const { en, zh } = result.message;
    faults.push({
      code: 'api_base_invalid',
      field,
      message: { en: `${field} ${en}`, zh: `${field} ${zh}` },
    });
    return undefined;
  };
  const given = read('COZE_API_BASE', override);
  const fromFile = read('coze_api_base', config.coze_api_base);
  const website = config.coze_www_base ?? '';
  const websiteRegion = URL.canParse(website) ? regionOf(new URL(website).hostname) : 'custom';

  if (fromFile && mixed(fromFile.region, websiteRegion)) {
    faults.push(mixedFields(fromFile.region, websiteRegion));
  }
  const appRegion = fromFile && fromFile.region !== 'custom' ? fromFile.region : websiteRegion;
  if (given && mixed(given.region, appRegion)) faults.push(mixedOverride(given.region, appRegion));
  if (faults.length > 0) return { ok: false, faults };

  const chosen = given ?? fromFile;
  if (chosen) return { ok: true, apiBase: chosen.apiBase, region: chosen.region, warnings };
  if (websiteRegion === 'custom') return { ok: false, faults: [missingBase()] };
  const apiBase = REGION_BASES[websiteRegion].api;
  warnings.push({
    code: 'api_base_assumed',
    field: 'coze_api_base',
    message: {
      en: `coze_api_base is missing; ${apiBase} is used, as coze_www_base suggests`,
      zh: `缺少 coze_api_base；根据 coze_www_base 使用 ${apiBase}`,
    },
  });
  return { ok: true, apiBase, region: websiteRegion, warnings };
}

function mixed(one: Region, other: Region): boolean {
  return one !== 'custom' && other !== 'custom' && one !== other;
}

function mixedFields(api: Region, website: Region): Finding {
  return {
    code: 'region_mixed',
    field: 'coze_api_base',
    message: {
      en: `coze_api_base is in coze.${api} but coze_www_base in coze.${website}; apps, keys and tokens of the two are separate: download the file again from the site where you created the app, or make both the same`,
      zh: `coze_api_base 属于 coze.${api}，而 coze_www_base 属于 coze.${website}；两个站点的应用、密钥和令牌互不相通：请从创建应用的站点重新下载该文件，或把两者改为同一站点`,
    },
  };
}

function mixedOverride(given: Region, app: Region): Finding {
  return {
    code: 'region_mixed',
    field: 'COZE_API_BASE',
    message: {
      en: `COZE_API_BASE is in coze.${given} but the OAuth app was made in coze.${app}; remove COZE_API_BASE, or use an app made in coze.${given}`,
      zh: `COZE_API_BASE 属于 coze.${given}，而 OAuth 应用创建于 coze.${app}；请去掉 COZE_API_BASE，或使用在 coze.${given} 创建的应用`,
    },
  };
}

function missingBase(): Finding {
  return {
    code: 'coze_api_base_missing',
    field: 'coze_api_base',
    message: {
      en: 'coze_api_base is missing; write https://api.coze.cn or https://api.coze.com, whichever site you made the app on',
      zh: '缺少 coze_api_base；请按创建应用的站点填写 https://api.coze.cn 或 https://api.coze.com',
    },
  };
}

// Where the page is: the part of its address behind "#".

export interface Route {
  page: string; // "runs", "campaigns", "campaign", "compare"
  parameters: URLSearchParams;
}

export function routeOf(hash: string): Route {
  const [page = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { page: page || 'runs', parameters: new URLSearchParams(query) };
}

/** Empty parameters are left out. */
export function addressOf(page: string, parameters: Record<string, string | number> = {}): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '' && value !== 0);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `#/${page}${query ? `?${query}` : ''}`;
}

// How data arrives: inside the page. A page that a server gives out would fetch the same bytes, and nothing else
// would change.

/** What gzip packed. */
export async function unzip(packed: Uint8Array): Promise<Uint8Array> {
  if (typeof DecompressionStream === 'undefined') {
    throw new Error('this browser is too old for this report (it has no DecompressionStream)');
  }
  const stream = new Blob([packed as BlobPart])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The data that `quorate report` put into the page; null where there is none. */
export async function embedded(page: Document): Promise<Uint8Array | null> {
  const text = page.getElementById('quorate-data')?.textContent;
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return unzip(bytes);
}

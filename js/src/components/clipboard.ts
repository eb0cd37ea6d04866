/** Copies a text; resolves to whether the browser let the page do so. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // There is none on a page without TLS.
    if (!navigator.clipboard) return false;
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

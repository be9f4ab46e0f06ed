/** Opens the editor of what is hidden, above whatever dialog is open. It is fetched only by those who use it. */
import type { Desk } from "./desk";

export async function reviewPrivacy(desk: Desk, code: string, mediaId: string): Promise<void> {
  await import("./privacy-editor");
  const editor = document.createElement("ht-privacy-editor");
  editor.desk = desk;
  editor.code = code;
  editor.mediaId = mediaId;
  document.body.append(editor);
  await editor.show();
}

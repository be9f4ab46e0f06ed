/** True when a key press is meant for the desk: no field has it, no dialog is open, no modifier is held. */
export function forDesk(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return false;
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return true;
  const dialog = target.closest("dialog");
  // A dialog that has just been closed keeps the focus until the next frame: its fields are nobody's any more.
  if (dialog !== null) return !dialog.open;
  if (target.isContentEditable) return false;
  if (target instanceof HTMLInputElement) return target.type === "checkbox" || target.type === "radio";
  return !(target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement);
}

/** What is typed in an open dialog is its own. */
export function keepKeys(event: KeyboardEvent): void {
  if ((event.currentTarget as HTMLDialogElement).open) event.stopPropagation();
}

/** Closes a dialog. A field in it would keep the focus for a moment, and swallow the next key of a quick hand. */
export function leave(dialog: HTMLDialogElement): void {
  const { activeElement } = dialog.getRootNode() as ShadowRoot;
  if (activeElement instanceof HTMLElement && dialog.contains(activeElement)) activeElement.blur();
  dialog.close();
}

/** Whether what a `close` event tells still holds: it comes a moment late, when a quick hand may have opened the dialog again. */
export const staysClosed = (event: Event): boolean => !(event.currentTarget as HTMLDialogElement).open;

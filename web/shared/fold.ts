/** Vietnamese without tone marks and in lower case, so that "duong" finds "Đường". */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "d").toLowerCase();
}

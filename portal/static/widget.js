// Shows published reports where its own <script> element stands, in a frame of the portal it was loaded from:
//   <script async src="https://the.portal/widget.js" data-query="category=road&area=26506" data-height="480"></script>
// Reads and sends nothing of the page it stands in.
(() => {
  const script = document.currentScript;
  if (!script) return;
  const source = new URL(script.src);
  const frame = document.createElement("iframe");
  const query = new URLSearchParams(script.dataset.query || "");
  if (script.dataset.lang) query.set("lang", script.dataset.lang);
  if (script.dataset.theme) query.set("theme", script.dataset.theme);
  frame.src = source.origin + "/widget" + (query.size ? "?" + query : "");
  frame.title = script.dataset.title || "Hiện Trường";
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.style.cssText = "border:0;width:100%;height:" + (parseInt(script.dataset.height, 10) || 480) + "px";
  script.after(frame);
})();

// From page to page without loading anew: the address changes, the line to the service stays open.
// Every address is one the service answers too, so links can be sent and pages be loaded anew.
let follow = () => {};

export function onGo(listener) {
  follow = listener;
}

export function go(address) {
  history.pushState(null, "", address);
  follow(true);
}

addEventListener("popstate", () => follow(true));

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.download || link.origin !== location.origin || /^\/(api|assets|t|s)\//.test(link.pathname) || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

// Before anything is painted: light or dark, as chosen here or as the device has it.
(function () {
  "use strict";
  var dark = matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var chosen = null;
    try { chosen = localStorage.getItem("lyt-theme"); } catch (e) { /* no storage: the device's */ }
    document.documentElement.dataset.theme = chosen || (dark.matches ? "dark" : "light");
  }
  dark.addEventListener("change", apply);
  addEventListener("lyt-theme", apply);
  apply();
})();

// Sets the theme before the first paint: ?theme=light|dark, else what was chosen here before, else the system's.
{
  let theme = new URLSearchParams(location.search).get("theme");
  try {
    theme ??= localStorage.getItem("kubarium.theme");
  } catch {
    // storage may be blocked; the system's choice will do
  }
  if (theme !== "light" && theme !== "dark") {
    theme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  }
  document.documentElement.dataset.theme = theme;
}

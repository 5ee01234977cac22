// Before the first stroke is drawn: the theme and the language this browser was left in.
"use strict";
{
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const language = localStorage.getItem("language");
  if (language === "vi" || language === "en") document.documentElement.lang = language;
}

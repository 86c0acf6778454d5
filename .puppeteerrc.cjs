const { join } = require("node:path");

/** The browser is found or fetched by `npm test`, never by `npm install`. */
module.exports = { skipDownload: true, cacheDirectory: join(__dirname, ".cache", "puppeteer") };

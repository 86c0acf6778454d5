declare module "*.ts?script" {
  /** The text of a script, bundled when the library is built: scripts/script.js. */
  const code: string;
  export default code;
}

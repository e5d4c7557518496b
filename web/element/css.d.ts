/** A style sheet's text, as the bundler and the test server give it. */
declare module '*.css?inline' {
  const text: string;
  export default text;
}

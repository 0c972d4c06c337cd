// The page of `quorate serve`: three files with fixed names, so that the server may allow its own script and no other.
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2022',
    emptyOutDir: false, // beside the page of a run
    reportCompressedSize: false,
    modulePreload: false,
    rollupOptions: {
      input: 'serve.html',
      output: { entryFileNames: 'serve.js', assetFileNames: 'serve[extname]' },
    },
  },
});

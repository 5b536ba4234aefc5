import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { ahead } from './ahead.ts'
import { packed } from './packed.ts'

const platform = 'http://127.0.0.1:3000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), ahead(), packed()],
  server: {
    port: 5173,
    proxy: {
      '/api': { target: platform, changeOrigin: true, headers: { origin: platform } },
      '/socket.io': { target: platform, changeOrigin: true, ws: true, headers: { origin: platform } }
    }
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The packed files are beside; measuring them once more in the build is of no use.
    reportCompressedSize: false,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // Parts that change with us and parts that change with a library are cached apart; the charts load with the device screen only.
        codeSplitting: {
          groups: [
            { name: 'charts', test: /node_modules[\\/](echarts|zrender)[\\/]/, priority: 3 },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|react-router|@tanstack)[\\/]/, priority: 2 }
          ]
        }
      }
    }
  }
})

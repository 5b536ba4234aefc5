import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider, createBrowserRouter } from 'react-router'
import { ApiError } from './api/client.ts'
import { Loading } from './parts/states.tsx'
import { headStart } from './shell/head-start.ts'
import { Look } from './shell/look.tsx'
import { PreferencesProvider } from './shell/preferences.tsx'
import { Guarded } from './shell/guarded.tsx'
import { Crashed, NoPage } from './screens/astray.tsx'
import { Login } from './screens/login.tsx'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer of the platform ("no such device") stays what it is; only a lost connection or a busy platform is worth another try.
      retry: (failures, error) => failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      staleTime: 15_000,
      refetchOnWindowFocus: false
    }
  }
})

void headStart(queries)

const router = createBrowserRouter([
  { path: '/login', element: <Login /> },
  {
    path: '/',
    element: <Guarded />,
    hydrateFallbackElement: <Loading />,
    children: [
      {
        errorElement: <Crashed />,
        children: [
          { index: true, lazy: async () => ({ Component: (await import('./screens/overview.tsx')).Overview }) },
          { path: 'alarms', lazy: async () => ({ Component: (await import('./screens/console.tsx')).Console }) },
          { path: 'admin/:section?', lazy: async () => ({ Component: (await import('./screens/admin.tsx')).Admin }) },
          { path: 'compounds/:id', lazy: async () => ({ Component: (await import('./screens/compound.tsx')).Compound }) },
          { path: 'devices/:id', lazy: async () => ({ Component: (await import('./screens/device.tsx')).Device }) },
          { path: '*', element: <NoPage /> }
        ]
      }
    ]
  }
])

export function App() {
  return (
    <PreferencesProvider>
      <QueryClientProvider client={queries}>
        <Look>
          <RouterProvider router={router} />
        </Look>
      </QueryClientProvider>
    </PreferencesProvider>
  )
}

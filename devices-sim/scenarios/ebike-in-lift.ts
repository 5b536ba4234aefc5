import { cameraSays } from './camera-says.ts'

export const ebikeInLift = cameraSays('ebike-in-lift', 'ebike-in-lift', 'high', 'lift', {
  zh: '有人把电动车推进电梯，又推出',
  en: 'Somebody takes an e-bike into the lift, and out again'
})

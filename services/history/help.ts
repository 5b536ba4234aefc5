/** What `--help` prints. */
export const HELP = `Fills InfluxDB with what the embedded store has, and holds both against each other.
把内置存储里的历史复制到 InfluxDB，并逐日核对两边。

  npm run history -- backfill [--from DAY] [--to DAY] [--anew]
  npm run history -- verify [--from DAY] [--to DAY]

backfill  Copies readings, events and transitions of alarms. Ctrl-C stops it; the same command goes on where it stopped. What is
          there already is written over itself, so nothing is doubled. The platform may run meanwhile.
          复制读数、事件和警情变化。Ctrl-C 停止；再次运行同一命令即从停下处继续。已有的点只会覆盖自己，不会重复。平台可同时运行。
verify    Counts both sides, a day and a kind at a time, field by field, and shows where they differ.
          逐日、逐类、逐字段计数，列出两边的差异。

  --from DAY   from the start of this UTC day (2026-03-10) or from a time (2026-03-10T08:00+08:00); else as far back as there is
               从这一天（UTC）或这一时刻开始；不写：从最早的数据开始
  --to DAY     before the start of this day or time; else until now (verify: until a minute ago)
               到这一天（不含）或这一时刻；不写：到现在（核对：到一分钟前）
  --anew       forget a copy that was stopped, begin again
               放弃上次未完成的复制，从头开始
  --help       this text
               本说明

Settings are the platform's own, from the environment: DATA_DIR, INFLUX_URL, INFLUX_TLS_INSECURE, RETENTION_DAYS …
设置与平台相同，取自环境变量。

Exit code 0: all is copied; both sides agree. 1: InfluxDB refused some points; the sides differ. 2: an option or a setting is wrong.
3: InfluxDB cannot be used (run it again, it goes on). 130: stopped.
退出码 0：已全部复制／两边一致。1：有点被拒绝／两边不同。2：选项或设置有误。3：InfluxDB 不可用（再运行即继续）。130：已停止。
`

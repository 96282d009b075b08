-- wrk's side of every measurement: one request again and again (method and body from the command line), and one line of
-- JSON at the end. It counts what was answered 2xx or 3xx only.
function init(args)
    wrk.method = args[1]
    wrk.body = args[2]
    if args[2] then wrk.headers["Content-Type"] = "application/json" end
end

function done(summary, latency)
    local errors = summary.errors
    local lost = errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format('RESULT {"requests": %d, "seconds": %.6f, "refused": %d, "lost": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
        summary.requests - errors.status, summary.duration / 1e6, errors.status, lost,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

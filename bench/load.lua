-- wrk's side of every measurement: one request again and again (method, body, and names and values of headers from the
-- command line), and one line of JSON at the end. It counts what was answered 2xx or 3xx only.
function init(args)
    wrk.method = args[1]
    if args[2] ~= "" then
        wrk.body = args[2]
        wrk.headers["Content-Type"] = "application/json"
    end
    for n = 3, #args, 2 do wrk.headers[args[n]] = args[n + 1] end
end

function done(summary, latency)
    local errors = summary.errors
    local lost = errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format('RESULT {"requests": %d, "seconds": %.6f, "refused": %d, "lost": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
        summary.requests - errors.status, summary.duration / 1e6, errors.status, lost,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

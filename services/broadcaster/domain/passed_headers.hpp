// What a webhook says of its event in headers of HTTP, besides those of Standard Webhooks. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tidings::broadcaster {

// "\r\nName: value" for each, at most 4 KiB together; what does not fit is left out, never cut:
//   Nats-Subject            `subject`, percent-encoded, up to 1 KiB
//   traceparent, tracestate where the message has them, and they are valid (W3C Trace Context)
//   ce-*                    the message's own, of up to 1 KiB, unless `content_type` says that the body is a CloudEvent
//                           with its attributes: the binary mode of CloudEvents, the same in NATS and in HTTP
// Of a name that comes again the first counts. What would not be a header of HTTP is left out.
std::string passed_headers(std::string_view subject, std::string_view content_type,
                           std::span<const std::pair<std::string_view, std::string_view>> of_message);

}  // namespace tidings::broadcaster

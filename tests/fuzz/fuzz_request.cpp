// Any bytes on a connection. The first byte seeds the places where the network cuts them, the rest is what comes. The
// same requests must be read however they are cut, or two programs in a chain could read them differently.
#include "server/gate/requestreader.h"
#include "tests/fuzz/demand.h"

#include <algorithm>
#include <cstdint>

using namespace entvas;

namespace {

GateLimits limits()
{
    GateLimits limits;
    limits.requestLineBytes = 256;
    limits.headBytes = 1'024;
    limits.headers = 8;
    limits.bodyBytes = 2'048;
    return limits;
}

struct Heard {
    QList<HttpRequest> requests;
    bool failed = false;
};

qsizetype count(const HttpRequest &request, const char *name)
{
    return std::count_if(request.headers.cbegin(), request.headers.cend(),
                         [=](const HttpHeader &header) { return header.first == name; });
}

void check(const HttpRequest &request, const GateLimits &limits)
{
    ENTVAS_DEMAND(!request.method.isEmpty());
    ENTVAS_DEMAND(request.headers.size() <= limits.headers);
    ENTVAS_DEMAND(request.body.size() <= limits.bodyBytes);
    for (const auto &[name, value] : request.headers) {
        ENTVAS_DEMAND(!name.isEmpty() && name == name.toLower());
        for (const char forbidden : {'\r', '\n', '\0'})
            ENTVAS_DEMAND(!name.contains(forbidden) && !value.contains(forbidden));
    }
    ENTVAS_DEMAND(count(request, "host") <= 1);
    ENTVAS_DEMAND(count(request, "content-length") + count(request, "transfer-encoding") <= 1);
}

// As a connection does it. `seed` 0: all at once; else in pieces of 1 to 17 bytes.
Heard hear(const QByteArray &bytes, quint32 seed, const GateLimits &limits)
{
    Heard heard;
    RequestReader reader(limits);
    QByteArray input;
    quint32 random = seed;
    for (qsizetype at = 0; at < bytes.size();) {
        random = random * 1'664'525u + 1'013'904'223u;
        const auto piece = std::min<qsizetype>(seed == 0 ? bytes.size() : 1 + (random >> 16) % 17, bytes.size() - at);
        input += bytes.mid(at, piece);
        at += piece;
        for (qsizetype before = -1; !input.isEmpty() && input.size() != before;) {
            before = input.size();
            const auto state = reader.read(input);
            if (state == RequestReader::State::Failed) {
                ENTVAS_DEMAND(reader.failure().status >= 400 && !reader.failure().text.isEmpty());
                heard.failed = true;
                return heard;
            }
            if (state != RequestReader::State::Complete)
                continue;
            const bool isLast = reader.isWebSocketUpgrade() || !reader.keepAlive();
            heard.requests.append(reader.takeRequest());
            check(heard.requests.last(), limits);
            if (isLast)
                return heard;
            before = -1;
        }
    }
    return heard;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const GateLimits gate = limits();
    if (size == 0)
        return 0;
    // The tail ends what is under way: a fault shows when the line that holds it is whole, and a head, a body or the
    // size of a chunk may swallow the rest of the tail, but the same rest however it was cut.
    static const QByteArray tail = QByteArray(2'048, 'x') + "\r\n0\r\n\r\nGET /tail HTTP/1.1\r\nHost: a\r\n\r\n";
    const QByteArray bytes = QByteArray(reinterpret_cast<const char *>(data) + 1, qsizetype(size - 1)) + tail;
    const Heard whole = hear(bytes, 0, gate);
    const Heard cut = hear(bytes, 1u + data[0], gate);
    ENTVAS_DEMAND(whole.failed == cut.failed);
    ENTVAS_DEMAND(whole.requests.size() == cut.requests.size());
    for (qsizetype i = 0; i < whole.requests.size(); ++i) {
        const HttpRequest &a = whole.requests[i];
        const HttpRequest &b = cut.requests[i];
        ENTVAS_DEMAND(a.method == b.method && a.path == b.path && a.query == b.query);
        ENTVAS_DEMAND(a.headers == b.headers && a.body == b.body);
    }
    return 0;
}

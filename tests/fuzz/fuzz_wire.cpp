// Any bytes as a WebSocket message. The first byte chooses the format and the side that reads (see Read).
#include "core/cube/liveusers.h"
#include "core/wire/wire.h"
#include "tests/fuzz/demand.h"

#include <cstdint>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

enum Read { AsJson = 1, ByServer = 2 };

// What was understood can be said again, and is then understood the same.
template <class Message, class Decode>
void checkRoundTrip(const Message &message, Decode decode)
{
    for (const auto format : {wire::Format::Json, wire::Format::Cbor}) {
        const auto once = decode(wire::encode(message, format), format);
        ENTVAS_DEMAND(once.ok());
        const QByteArray said = wire::encode(once.value(), format);
        const auto twice = decode(said, format);
        ENTVAS_DEMAND(twice.ok());
        ENTVAS_DEMAND(wire::encode(twice.value(), format) == said);
    }
}

void show(const wire::ServerMessage &message)
{
    LiveUsers users;
    if (const auto *snapshot = std::get_if<wire::Snapshot>(&message); snapshot && snapshot->users) {
        if (users.apply(*snapshot->users).ok()) {
            ENTVAS_DEMAND(users.bytes() <= LiveUsers::kMaxBytes);
            LiveUsers again;
            ENTVAS_DEMAND(again.apply(users.snapshot()).ok());
            if (const auto all = users.in({0, 253'402'300'800'000}))
                ENTVAS_DEMAND(all->count >= 0);
        }
    } else if (const auto *delta = std::get_if<wire::Delta>(&message)) {
        (void)users.apply(delta->users);
        ENTVAS_DEMAND(users.bytes() <= LiveUsers::kMaxBytes);
    }
    LiveCube cube({u"eventType"_s, u"page"_s});
    if (const auto *snapshot = std::get_if<wire::Snapshot>(&message)) {
        if (!cube.apply(snapshot->cube))
            return;
        LiveCube again;
        ENTVAS_DEMAND(again.apply(cube.snapshot()).ok());
        ENTVAS_DEMAND(again.totalEvents() == cube.totalEvents());
    } else if (const auto *delta = std::get_if<wire::Delta>(&message)) {
        if (cube.apply(cube.snapshot()).ok())
            (void)cube.apply(delta->newSeries, delta->cells);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const auto format = data[0] & AsJson ? wire::Format::Json : wire::Format::Cbor;
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 1, qsizetype(size - 1));
    if (data[0] & ByServer) {
        const auto message = wire::decodeClient(bytes, format);
        if (message)
            checkRoundTrip(message.value(), wire::decodeClient);
        else
            ENTVAS_DEMAND(!message.failure().text.isEmpty());
        return 0;
    }
    const auto message = wire::decodeServer(bytes, format);
    if (!message) {
        ENTVAS_DEMAND(!message.failure().text.isEmpty());
        return 0;
    }
    checkRoundTrip(message.value(), wire::decodeServer);
    show(message.value());
    return 0;
}

#pragma once

#include <QByteArrayView>
#include <QSet>
#include <QStringList>

namespace entvas {

struct HttpRequest;
struct HttpReply;

// The web origins that CORS_ORIGINS lets call from a browser.
class Origins
{
public:
    explicit Origins(const QStringList &allowed);

    bool allows(QByteArrayView origin) const;
    // A page that is neither allowed nor of the very host and port that it calls.
    bool isForeign(const HttpRequest &request) const;
    // Adds the CORS headers for an allowed origin, and to OPTIONS those that a preflight asks for. No origin, or one
    // that is not allowed, gets none: the browser then keeps the answer from the page.
    void addCors(const HttpRequest &request, HttpReply &reply) const;

private:
    QSet<QByteArray> m_allowed; // lower case, without a slash at the end
};

// True for the Host header of a request that was made to this machine by a name of its own: localhost, 127.x.y.z or
// [::1], with or without a port, and nothing else before or behind.
bool isLoopbackHost(QByteArrayView hostHeader);

} // namespace entvas

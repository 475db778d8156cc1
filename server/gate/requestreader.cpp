#include "server/gate/requestreader.h"

#include "server/gate/bytebody.h"
#include "server/gate/chunkscanner.h"
#include "server/gate/syntax.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>

namespace entvas {
using namespace Qt::StringLiterals;
namespace http = boost::beast::http;
using Error = boost::beast::error_code;
using namespace syntax;

namespace {

constexpr qsizetype kRequestIdBytes = 128;

using Parser = http::request_parser<ByteBody>;

QByteArray toBytes(boost::beast::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

class RequestReader::Private
{
public:
    explicit Private(const GateLimits &gateLimits) : limits(gateLimits) {}

    void reset();
    bool fail(int status, const QString &text, std::optional<GateBound> bound = {}); // always false
    bool scanHead(const QByteArray &input);
    bool parseHead(const QByteArray &head);
    bool failFromParser(const Error &error, QByteArrayView head);
    bool checkFraming();
    bool checkTarget(QByteArray target);
    void readBody(QByteArray &input);
    void takeFields();
    qsizetype count(QByteArrayView name) const;
    bool saysInConnection(QByteArrayView lowerCaseToken) const;

    const GateLimits limits;
    std::optional<Parser> parser;
    ChunkScanner chunks;
    State state = State::Empty;
    Failure failure;
    HttpRequest request;
    QByteArray upgradeHead;
    bool keepAlive = false;
    bool skippedBlankLine = false;
    // How far the head has been looked at.
    qsizetype scanned = 0;
    qsizetype lineStart = 0;
    int lines = 0;
    qsizetype headEnd = -1;
    qsizetype lineBytes = 0; // of the request line
};

void RequestReader::Private::reset()
{
    parser.reset();
    chunks = {};
    state = State::Empty;
    request = {};
    upgradeHead.clear();
    keepAlive = skippedBlankLine = false;
    scanned = lineStart = lines = 0;
    headEnd = -1;
}

bool RequestReader::Private::fail(int status, const QString &text, std::optional<GateBound> bound)
{
    state = State::Failed;
    failure = {status, text, bound};
    return false;
}

// Line ends and sizes, byte by byte as they come, so that a sender is refused as soon as its head can't become right.
bool RequestReader::Private::scanHead(const QByteArray &input)
{
    if (scanned == 0 && !isTokenCharacter(input.at(0)))
        return fail(400, u"The request does not start with a method"_s);
    for (; scanned < input.size(); ++scanned) {
        if (scanned >= limits.headBytes)
            return fail(431, u"The head of the request is longer than %1 bytes"_s.arg(limits.headBytes),
                        GateBound::Head);
        if (lines == 0 && scanned > limits.requestLineBytes)
            return fail(414, u"The request line is longer than %1 bytes"_s.arg(limits.requestLineBytes),
                        GateBound::RequestLine);
        const char c = input.at(scanned);
        if (c == '\0')
            return fail(400, u"The head of the request holds a NUL byte"_s);
        if (scanned > 0 && (input.at(scanned - 1) == '\r') != (c == '\n'))
            return fail(400, u"A line of the head does not end in CR LF"_s);
        if (c != '\n')
            continue;
        if (scanned - lineStart == 1) {
            headEnd = scanned + 1;
            return true;
        }
        if (lines == 0)
            lineBytes = scanned - 1;
        if (lines > 0 && (input.at(lineStart) == ' ' || input.at(lineStart) == '\t'))
            return fail(400, u"Folded header lines are not accepted"_s);
        if (lines++ > limits.headers)
            return fail(431, u"The request has more than %1 headers"_s.arg(limits.headers), GateBound::Headers);
        lineStart = scanned + 1;
    }
    return true;
}

bool RequestReader::Private::failFromParser(const Error &error, QByteArrayView head)
{
    if (error == http::error::body_limit)
        return fail(413, u"The body is larger than %1 bytes"_s.arg(limits.bodyBytes), GateBound::Body);
    if (error == http::error::header_limit)
        return fail(431, u"The head of the request is longer than %1 bytes"_s.arg(limits.headBytes), GateBound::Head);
    if (error == http::error::bad_version) {
        const auto line = head.first(std::max<qsizetype>(head.indexOf('\r'), 0));
        const auto version = line.sliced(line.lastIndexOf(' ') + 1);
        const bool isVersion = version.size() == 8 && version.startsWith("HTTP/") && std::isdigit(version[5]) &&
                               version[6] == '.' && std::isdigit(version[7]);
        return isVersion ? fail(505, u"Only HTTP/1.1 and HTTP/1.0 are spoken here"_s)
                         : fail(400, u"The request line does not end in an HTTP version"_s);
    }
    return fail(400, u"The request is malformed: %1"_s.arg(QString::fromStdString(error.message())));
}

void RequestReader::Private::takeFields()
{
    const auto &message = parser->get();
    request.method = toBytes(message.method_string());
    request.isHttp10 = message.version() == 10;
    for (const auto &field : message)
        request.headers.append({toBytes(field.name_string()).toLower(), toBytes(field.value())});
    for (const char c : request.header("x-request-id")) {
        if (isVisible(c) && request.requestId.size() < kRequestIdBytes)
            request.requestId.append(c);
    }
}

qsizetype RequestReader::Private::count(QByteArrayView name) const
{
    return std::count_if(request.headers.cbegin(), request.headers.cend(),
                         [&](const HttpHeader &header) { return header.first == name; });
}

bool RequestReader::Private::saysInConnection(QByteArrayView lowerCaseToken) const
{
    return std::any_of(request.headers.cbegin(), request.headers.cend(), [&](const HttpHeader &header) {
        return header.first == "connection" && hasToken(header.second, lowerCaseToken);
    });
}

bool RequestReader::Private::parseHead(const QByteArray &head)
{
    if (head == "PRI * HTTP/2.0\r\n\r\n") {
        request.method = "PRI";
        fail(505, u"Only HTTP/1.1 and HTTP/1.0 are spoken here"_s);
        failure.isHttp2 = true;
        return false;
    }
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(limits.headBytes) + 1);
    parser->body_limit(static_cast<std::uint64_t>(limits.bodyBytes));
    Error error;
    parser->put(boost::asio::buffer(head.constData(), static_cast<std::size_t>(head.size())), error);
    takeFields();
    if (error && error != http::error::need_more)
        return failFromParser(error, head);
    if (!parser->is_header_done())
        return fail(400, u"The head of the request is malformed"_s);
    parser->eager(true);
    if (!checkFraming() || !checkTarget(toBytes(parser->get().target())))
        return false;
    keepAlive = !saysInConnection("close") && (!request.isHttp10 || saysInConnection("keep-alive"));
    if (request.method == "GET" && !request.isHttp10 && hasToken(request.header("upgrade"), "websocket") &&
        saysInConnection("upgrade")) {
        if (!parser->is_done())
            return fail(400, u"A WebSocket upgrade has no body"_s);
        upgradeHead = head;
    }
    return true;
}

bool RequestReader::Private::checkFraming()
{
    const bool is11 = parser->get().version() == 11;
    const auto hosts = count("host");
    if (hosts > 1 || (is11 && hosts == 0) || (hosts == 1 && !isHost(request.header("host"))))
        return fail(400, u"The request needs exactly one valid Host header"_s);
    const auto lengths = count("content-length");
    const auto length = request.header("content-length");
    if (lengths > 1 || (lengths == 1 && (length.isEmpty() || !std::all_of(length.cbegin(), length.cend(), [](char c) {
                                             return c >= '0' && c <= '9';
                                         }))))
        return fail(400, u"The request needs at most one Content-Length, of digits only"_s);
    const auto codings = count("transfer-encoding");
    if (codings > 0) {
        if (lengths > 0 || codings > 1 || !is11)
            return fail(400, u"Transfer-Encoding must be alone, once, and in HTTP/1.1"_s);
        if (request.header("transfer-encoding").toLower() != "chunked")
            return fail(501, u"The only transfer coding accepted is chunked"_s);
    }
    if (is11 && count("expect") > 0 && request.header("expect").toLower() != "100-continue")
        return fail(417, u"The only expectation accepted is 100-continue"_s);
    if (!isKnownMethod(request.method))
        return fail(501, u"This method is not spoken here"_s);
    return true;
}

bool RequestReader::Private::checkTarget(QByteArray target)
{
    const auto lower = target.toLower();
    for (const QByteArrayView scheme : {QByteArrayView("http://"), QByteArrayView("https://")}) {
        if (!lower.startsWith(scheme))
            continue;
        auto end = scheme.size();
        while (end < target.size() && target.at(end) != '/' && target.at(end) != '?')
            ++end;
        const QByteArray host = target.sliced(scheme.size(), end - scheme.size());
        if (!isHost(host))
            return fail(400, u"The request target names no valid host"_s);
        for (HttpHeader &header : request.headers) // the target's host is the one that counts (RFC 9112, 3.2.2)
            if (header.first == "host")
                header.second = host;
        target = target.sliced(end);
        if (!target.startsWith('/'))
            target.prepend('/');
    }
    if (target == "*" && request.method == "OPTIONS") {
        request.path = u"*"_s;
        return true;
    }
    if (!target.startsWith('/') || !isWellEncoded(target))
        return fail(400, u"The request target is malformed"_s);
    const auto mark = target.indexOf('?');
    request.path = QString::fromUtf8(QByteArray::fromPercentEncoding(mark < 0 ? target : target.first(mark)));
    if (mark >= 0)
        request.query = QueryParameters(QByteArrayView(target).sliced(mark + 1));
    return true;
}

// Beast gets a chunked body in whole pieces only: otherwise what it refuses would depend on where the network cut the
// bytes, and 1.74 ends the process on an assertion when it sees part of a last chunk twice.
void RequestReader::Private::readBody(QByteArray &input)
{
    while (state == State::Body && !input.isEmpty()) {
        const std::optional<qsizetype> piece = parser->chunked() ? chunks.next(input) : input.size();
        if (!piece) {
            fail(400, u"The request is malformed: these are no chunks"_s);
            return;
        }
        if (*piece == 0)
            return;
        Error error;
        const auto taken = parser->put(boost::asio::buffer(input.constData(), static_cast<std::size_t>(*piece)), error);
        input.remove(0, static_cast<qsizetype>(taken));
        if (error && error != http::error::need_more)
            failFromParser(error, {});
        else if (parser->is_done())
            state = State::Complete;
        else if (static_cast<qsizetype>(taken) < *piece)
            fail(400, u"The request is malformed: the body does not end where it should"_s);
    }
}

RequestReader::RequestReader(const GateLimits &limits) : d(std::make_unique<Private>(limits)) {}

RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::read(QByteArray &input)
{
    if (input.isEmpty() || d->state == State::Complete || d->state == State::Failed)
        return d->state;
    if (d->state == State::Empty) {
        // One empty line before a request is to be ignored (RFC 9112, 2.2).
        if (!d->skippedBlankLine && input.startsWith('\r')) {
            if (input.size() < 2)
                return d->state;
            if (input.at(1) == '\n') {
                input.remove(0, 2);
                d->skippedBlankLine = true;
            }
            if (input.isEmpty())
                return d->state;
        }
        d->state = State::Head;
    }
    if (d->state == State::Head) {
        if (!d->scanHead(input) || d->headEnd < 0)
            return d->state;
        const QByteArray head = input.first(d->headEnd);
        input.remove(0, d->headEnd);
        if (!d->parseHead(head))
            return d->state;
        d->state = d->parser->is_done() ? State::Complete : State::Body;
    }
    if (d->state == State::Body)
        d->readBody(input);
    return d->state;
}

RequestReader::State RequestReader::state() const
{
    return d->state;
}

const RequestReader::Failure &RequestReader::failure() const
{
    return d->failure;
}

const HttpRequest &RequestReader::request() const
{
    return d->request;
}

bool RequestReader::keepAlive() const
{
    return d->keepAlive;
}

bool RequestReader::expectsContinue() const
{
    return d->state == State::Body && d->parser->get().version() == 11 && d->count("expect") > 0;
}

bool RequestReader::isWebSocketUpgrade() const
{
    return !d->upgradeHead.isEmpty();
}

QByteArray RequestReader::upgradeHead() const
{
    return d->upgradeHead;
}

qint64 RequestReader::bodyBytes() const
{
    return d->parser ? d->parser->get().body().size() : 0;
}

qint64 RequestReader::headBytes() const
{
    return d->headEnd;
}

qint64 RequestReader::requestLineBytes() const
{
    return d->lineBytes;
}

HttpRequest RequestReader::takeRequest()
{
    HttpRequest request = std::move(d->request);
    request.body = std::move(d->parser->get().body());
    d->reset();
    return request;
}

} // namespace entvas

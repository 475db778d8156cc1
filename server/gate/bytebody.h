#pragma once

#include <algorithm>
#include <boost/beast/http/message.hpp>
#include <cstdint>
#include <QByteArray>

namespace entvas {

// Beast appends a body straight to a QByteArray, so that it is copied once.
struct ByteBody {
    static constexpr qsizetype kBodyReserve = 64 * 1024; // what an announced length alone may allocate
    using value_type = QByteArray;
    static std::uint64_t size(const value_type &body) { return static_cast<std::uint64_t>(body.size()); }

    class reader
    {
    public:
        template <bool isRequest, class Fields>
        reader(boost::beast::http::header<isRequest, Fields> &, value_type &body) : m_body(body)
        {
        }
        void init(const boost::optional<std::uint64_t> &length, boost::beast::error_code &error)
        {
            const auto wanted = std::min<std::uint64_t>(length.value_or(0), static_cast<std::uint64_t>(kBodyReserve));
            m_body.reserve(static_cast<qsizetype>(wanted));
            error = {};
        }
        template <class Buffers>
        std::size_t put(const Buffers &buffers, boost::beast::error_code &error)
        {
            const auto before = m_body.size();
            const auto end = boost::asio::buffer_sequence_end(buffers);
            for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it) {
                const boost::asio::const_buffer piece = *it;
                m_body.append(static_cast<const char *>(piece.data()), static_cast<qsizetype>(piece.size()));
            }
            error = {};
            return static_cast<std::size_t>(m_body.size() - before);
        }
        void finish(boost::beast::error_code &error) { error = {}; }

    private:
        value_type &m_body;
    };
};

} // namespace entvas

#include "server/http/message.h"

#include <utility>

namespace entvas {

QByteArray HttpRequest::header(QByteArrayView lowerCaseName) const
{
    for (const auto &[name, value] : headers) {
        if (name == lowerCaseName)
            return value;
    }
    return {};
}

void HttpResponder::send(const HttpReply &reply) const
{
    if (!m_slot || std::exchange(m_slot->answered, true) || !m_slot->target)
        return;
    m_slot->target->answer(m_slot.get(), reply);
}

bool HttpResponder::isOpen() const
{
    return m_slot && !m_slot->answered && m_slot->target && m_slot->target->isWaitingFor(m_slot.get());
}

} // namespace entvas

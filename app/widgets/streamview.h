#pragma once

#include <QWidget>

namespace entvas {

class Board;
class Theme;

// The latest raw events, newest first: received, type, user, metadata. Shows as many as fit.
class StreamView : public QWidget
{
    Q_OBJECT
public:
    StreamView(const Board &board, const Theme &theme, QWidget *parent = nullptr);
    QSize minimumSizeHint() const override { return {280, 120}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Board &m_board;
    const Theme &m_theme;
};

} // namespace entvas

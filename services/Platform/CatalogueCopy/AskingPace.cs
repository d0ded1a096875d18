namespace EServices.Platform.CatalogueCopy;

/// <summary>
/// When to ask Catalogue: at once; then when what was told after the last question has arrived, or when that question was lost. Never while more is arriving.
/// </summary>
/// <param name="quiet">Without anything new for so long, nothing is on its way.</param>
/// <param name="quietAfterAnswer">The same, once Catalogue has said that all it had was sent.</param>
/// <param name="lostAfter">A question without an answer and without anything new is asked again after so long.</param>
/// <param name="longestPause">Questions whose answers bring nothing new (a definition that can't be saved here) are asked ever more seldom, up to this.</param>
internal sealed class AskingPace(TimeSpan quiet, TimeSpan quietAfterAnswer, TimeSpan lostAfter, TimeSpan longestPause)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private long known = -1;
    private long knownWhenAsked;
    private TimeSpan changedAt;
    private TimeSpan? askedAt;
    private TimeSpan pause = FirstPause;

    /// <param name="count">Versions that the copy has now.</param>
    /// <param name="answered">Whether the last question was answered.</param>
    /// <param name="now">Since any moment, always the same.</param>
    /// <returns>Whether to ask now; then it counts as asked.</returns>
    public bool Asks(long count, bool answered, TimeSpan now)
    {
        if (count != known)
            (known, changedAt) = (count, now);
        if (askedAt is { } asked)
        {
            var still = now - changedAt;
            var arrived = known != knownWhenAsked;
            var due = answered
                ? still >= quietAfterAnswer && now - asked >= pause
                : (arrived && still >= quiet) || (still >= quiet && now - asked >= lostAfter);
            if (!due)
                return false;
            // A definition that can't be saved here must not make Catalogue send it again for ever at the same pace.
            pause = answered && !arrived ? TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, longestPause.Ticks)) : FirstPause;
        }
        (askedAt, knownWhenAsked) = (now, known);
        return true;
    }

    /// <summary>The question did not get out.</summary>
    public void Failed() => askedAt = null;
}

using System.Text;
using System.Text.RegularExpressions;

namespace EServices.Application.Forms;

/// <summary>
/// A <c>pattern</c> of JSON Schema. It is written for ECMAScript, where <c>$</c> is the very end (not before a last line feed) and <c>\d</c> an ASCII digit;
/// one that needs backtracking and takes too long on a hostile text counts as not matching.
/// </summary>
internal static class SchemaPattern
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    /// <summary>Matching it ends with the text's length, or throws a <see cref="RegexMatchTimeoutException"/> soon.</summary>
    /// <exception cref="NotSupportedException">It can't be read.</exception>
    public static Regex Of(string ecma)
    {
        var pattern = Translate(ecma);
        try
        {
            return Linear(pattern) ?? new Regex(pattern, RegexOptions.CultureInvariant, Longest);
        }
        catch (ArgumentException unreadable)
        {
            throw new NotSupportedException($"The form's pattern '{ecma}' can't be read.", unreadable);
        }
    }

    /// <summary>
    /// The engine without backtracking, whose time grows with the text alone; null for a pattern with look-around or back-references. It has no deadline: on a busy
    /// machine that would pass before an honest text is read, and a bank account be taken for something else.
    /// </summary>
    private static Regex? Linear(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Regex.InfiniteMatchTimeout);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static string Translate(string ecma)
    {
        var result = new StringBuilder(ecma.Length + 8);
        var inClass = false;
        for (var at = 0; at < ecma.Length; at++)
        {
            var character = ecma[at];
            if (character == '\\' && at + 1 < ecma.Length)
            {
                at++;
                result.Append((ecma[at], inClass) switch
                {
                    ('d', false) => "[0-9]",
                    ('d', true) => "0-9",
                    ('D', false) => "[^0-9]",
                    ('w', false) => "[A-Za-z0-9_]",
                    ('w', true) => "A-Za-z0-9_",
                    ('W', false) => "[^A-Za-z0-9_]",
                    _ => "\\" + ecma[at],
                });
                continue;
            }
            inClass = character switch { '[' => true, ']' => false, _ => inClass };
            result.Append(character == '$' && !inClass ? "\\z" : character.ToString());
        }
        return result.ToString();
    }
}

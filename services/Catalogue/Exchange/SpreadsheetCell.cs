using System.Text.RegularExpressions;

namespace EServices.Catalogue.Exchange;

/// <summary>
/// A text that a spreadsheet would take for a formula runs when the file is opened (OWASP, CSV injection). Such a cell gets an apostrophe before it, which
/// spreadsheets don't show, and loses it again when it is read; so does one that begins with apostrophes before such a text, so that nothing is lost.
/// </summary>
internal static partial class SpreadsheetCell
{
    public static string Guard(string text) => Formula().IsMatch(text) ? $"'{text}" : text;

    public static string Unguard(string cell) => cell.StartsWith('\'') && Formula().IsMatch(cell) ? cell[1..] : cell;

    [GeneratedRegex("^'*[=+\\-@\\t\\r]")]
    private static partial Regex Formula();
}

using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using EServices.Platform.Packs;
using Microsoft.AspNetCore.WebUtilities;

namespace EServices.Identity.Front;

/// <summary>The words of the pages in one language.</summary>
/// <param name="Tag">BCP 47.</param>
/// <param name="Direction"><c>ltr</c> or <c>rtl</c>.</param>
internal sealed record Words(string Tag, string Direction, IReadOnlyDictionary<string, string> Texts)
{
    public string this[string key] => Texts[key];

    public string Fill(string key, object value) => string.Format(CultureInfo.InvariantCulture, Texts[key], value);
}

/// <summary>The pages are offered in those of the pack's languages that they are translated to.</summary>
internal sealed class PageLanguages
{
    private readonly FrozenDictionary<string, Words> byTag;
    private readonly Words first;

    public PageLanguages(StatePack pack)
    {
        var offered = pack.About.Languages
            .Select(language => (language, texts: Read(language.Tag)))
            .Where(language => language.texts is not null)
            .Select(language => new Words(language.language.Tag, language.language.Direction, language.texts!))
            .DefaultIfEmpty(new Words("en", "ltr", Read("en")!))
            .ToList();
        (byTag, first) = (offered.ToFrozenDictionary(words => words.Tag, StringComparer.OrdinalIgnoreCase), offered[0]);
    }

    /// <summary>What the app asked for (<c>ui_locales</c>), else what the browser prefers, else the pack's first.</summary>
    public Words For(HttpContext http, string returnTo)
    {
        var start = returnTo.IndexOf('?', StringComparison.Ordinal);
        var asked = start < 0 ? "" : QueryHelpers.ParseQuery(returnTo[start..]).GetValueOrDefault("ui_locales").ToString();
        var preferred = http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString());
        return asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Concat(preferred)
            .Select(tag => byTag.GetValueOrDefault(tag.Split('-')[0])).FirstOrDefault(words => words is not null) ?? first;
    }

    private static Dictionary<string, string>? Read(string tag)
    {
        using var resource = typeof(PageLanguages).Assembly.GetManifestResourceStream($"texts.{tag}.json");
        return resource is null ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(resource);
    }
}

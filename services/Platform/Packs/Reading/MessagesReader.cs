namespace EServices.Platform.Packs.Reading;

internal static class MessagesReader
{
    public static MessageBook Read(PackFolder pack)
    {
        var templates = new List<MessageTemplate>();
        var first = pack.Languages[0];
        foreach (var language in pack.Languages)
        {
            var file = $"messages/{language}.json";
            if (JsonPlace.Root(pack, file) is not { } root) continue;
            foreach (var key in MessageKeys.Parameters.Keys)
            {
                if (root.Object(key) is not { } place) continue;
                var text = place.Text("text");
                var placeholders = MessageTemplate.Placeholder().Matches(text).Select(match => match.Groups[1].Value).Distinct().ToList();
                templates.Add(new(key, language, place.Text("subject"), text, placeholders));
                Check(place, key, text, placeholders);
                place.Done();
            }

            root.Done();
        }

        // A translation that tells less than the first language leaves its readers worse off.
        foreach (var template in templates.Where(template => template.Language != first))
        {
            var original = templates.Find(other => other.Key == template.Key && other.Language == first);
            if (original is null || original.Placeholders.Order(StringComparer.Ordinal).SequenceEqual(template.Placeholders.Order(StringComparer.Ordinal))) continue;
            pack.Findings.AtPointer(
                $"messages/{template.Language}.json", $"/{template.Key}/text", $"The placeholders are {List(template.Placeholders)}, but {List(original.Placeholders)} in \"{first}\".");
        }

        return new(templates.DistinctBy(template => (template.Key, template.Language)).ToList(), first);
    }

    private static void Check(JsonPlace place, string key, string text, List<string> placeholders)
    {
        if (text.Length > MessageTemplate.MaxLength) place.Wrong("text", $"The text has {text.Length} characters; a message has at most {MessageTemplate.MaxLength}.");
        if (MessageTemplate.Placeholder().Replace(text, "").AsSpan().ContainsAny('{', '}')) place.Wrong("text", "A brace is left open, or what stands in braces is not a placeholder.");
        var parameters = MessageKeys.Parameters[key];
        foreach (var required in parameters.Where(parameter => !parameter.EndsWith('?')))
            if (text.Length > 0 && !placeholders.Contains(required)) place.Wrong("text", $"The text must tell {{{required}}}.");
        foreach (var placeholder in placeholders)
            if (placeholder != MessageKeys.Helpline && !parameters.Any(parameter => parameter.TrimEnd('?') == placeholder))
                place.Wrong("text", $"Nothing is known to fill {{{placeholder}}} with; there are {List([.. parameters.Select(parameter => parameter.TrimEnd('?')), MessageKeys.Helpline])}.");
    }

    private static string List(IEnumerable<string> placeholders) => string.Join(", ", placeholders.Select(placeholder => $"{{{placeholder}}}").DefaultIfEmpty("none"));
}

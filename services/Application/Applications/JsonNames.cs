using System.Text.Json;

namespace EServices.Application.Applications;

/// <summary>Names of enum values as JSON and queries have them: camelCase.</summary>
internal static class JsonNames
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static bool TryRead<T>(string? text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (Of(candidate) != text)
                continue;
            value = candidate;
            return true;
        }
        value = default;
        return false;
    }
}

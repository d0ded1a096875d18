using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using EServices.Contracts;
using EServices.Platform.Messaging;
using EServices.Testing;

namespace EServices.Architecture.Tests;

/// <summary>
/// Contracts only ever gain fields. For each there is a golden file with the JSON of a sample; it has to be read as it stands and to be written the same.
/// After adding a field: <c>UPDATE_GOLDEN=1 dotnet test --project tests/Architecture</c>, and read the difference.
/// </summary>
public class ContractTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Architecture", "Golden");

    private static readonly JsonSerializerOptions Indented = new(ContractJson.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Contracts =>
        [.. typeof(Person).Assembly.GetExportedTypes().Where(IsContract).Select(type => type.FullName!["EServices.Contracts.".Length..])];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Contract_AsPublishedBefore_IsReadAndWrittenTheSame(string name)
    {
        var type = typeof(Person).Assembly.GetType($"EServices.Contracts.{name}", throwOnError: true)!;
        var path = Path.Combine(Folder, $"{name}.json");
        var sample = JsonSerializer.Serialize(Sample(type, name, 0), type, Indented).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, sample);

        Assert.True(File.Exists(path), $"{path} is missing; see the summary of this class");
        var golden = File.ReadAllText(path).ReplaceLineEndings("\n");
        Assert.Equal(golden, sample);
        var read = JsonSerializer.Deserialize(golden, type, Indented);
        Assert.Equal(golden, JsonSerializer.Serialize(read, type, Indented).ReplaceLineEndings("\n") + "\n");
    }

    [Fact]
    public void GoldenFiles_WithoutContract_DoNotExist()
    {
        var known = typeof(Person).Assembly.GetExportedTypes().Where(IsContract).Select(type => type.FullName!["EServices.Contracts.".Length..]).ToHashSet();
        Assert.NotEmpty(known);
        var left = Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Where(name => !known.Contains(name)).ToList();
        Assert.True(left.Count == 0, $"Published once, gone now: {string.Join(", ", left)}");
    }

    private static bool IsContract(Type type) =>
        type is { IsClass: true, IsAbstract: false, IsGenericType: false } && type.Namespace != "EServices.Contracts" && type.GetMethod("<Clone>$") is not null;

    /// <summary>A value for every parameter of the record, the same in every run.</summary>
    private static object? Sample(Type type, string name, int depth)
    {
        Assert.True(depth < 10, $"{name} is nested too deep to be a contract");
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return char.ToLowerInvariant(name[0]) + name[1..];
        if (type == typeof(int) || type == typeof(long))
            return Convert.ChangeType(name.Length, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type == typeof(bool))
            return true;
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
        if (type == typeof(DateOnly))
            return new DateOnly(2026, 3, 2);
        if (type == typeof(JsonElement))
            return JsonSerializer.SerializeToElement(new { type = "object" });
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0);
        if (type == typeof(Localised))
            return new Localised(new Dictionary<string, string> { ["en"] = name, ["hi"] = "नाम", ["ur"] = "نام" });
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()))!;
            map["key"] = Sample(type.GetGenericArguments()[1], "value", depth + 1);
            return map;
        }
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GetGenericArguments()))!;
            list.Add(Sample(type.GetGenericArguments()[0], "item", depth + 1));
            return list;
        }
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType, parameter.Name!, depth + 1))]);
    }
}

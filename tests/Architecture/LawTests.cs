using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Testing;

namespace EServices.Architecture.Tests;

/// <summary>The laws of the house. Each test first shows that it looked at something.</summary>
public class LawTests
{
    private static readonly string[] Services = ["Catalogue", "Application", "Payment", "Dispatch", "Identity", "Notification"];

    private static Assembly AssemblyOf(string service) => Assembly.Load($"EServices.{service}");

    [Fact]
    public void Services_AmongEachOther_ShareContractsAndPlatformOnly()
    {
        foreach (var service in Services)
        {
            var referenced = AssemblyOf(service).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("EServices.", StringComparison.Ordinal)).ToList();
            Assert.Contains("EServices.Platform", referenced);
            // Besides these a service has parts of its own alone.
            Assert.DoesNotContain(referenced.Except(["EServices.Platform", "EServices.Contracts"]), name => !name.StartsWith($"EServices.{service}.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void RoutingCore_StandsWithoutTheWebTheBrokerAndTheRestOfTheProduct()
    {
        var referenced = Assembly.Load("EServices.Dispatch.Routing").GetReferencedAssemblies().Select(name => name.Name!).ToList();
        Assert.Contains("System.Runtime", referenced);
        Assert.DoesNotContain(referenced, name => Regex.IsMatch(name, @"^(Microsoft\.AspNetCore|MassTransit|RabbitMQ|MongoDB|EServices)\b"));
    }

    [Fact]
    public void Contracts_ReferToNothingOfTheProduct()
    {
        var contracts = typeof(Contracts.Person).Assembly;
        Assert.NotEmpty(contracts.GetExportedTypes());
        Assert.DoesNotContain(contracts.GetReferencedAssemblies(), name => name.Name!.StartsWith("EServices.", StringComparison.Ordinal));
    }

    [Fact]
    public void Domain_IsPlainCSharp()
    {
        var documents = Services.SelectMany(service => AssemblyOf(service).GetTypes()).Where(type => type.IsSubclassOf(typeof(Document)) && !type.IsAbstract).ToList();
        Assert.True(documents.Count >= 10, $"only {documents.Count} documents found");
        foreach (var document in documents)
        {
            var declaration = new Regex($@"\bclass {Regex.Escape(document.Name)}\b[^;{{]*\bDocument\b");
            var files = SourceTree.Files.Where(file => declaration.IsMatch(file.Text)).ToList();
            Assert.True(files.Count > 0, $"No file declares {document.Name}");
            foreach (var file in files)
                Assert.DoesNotMatch(@"using (MongoDB|MassTransit|Microsoft\.AspNetCore)\b", file.Text);
        }
    }

    [Fact]
    public void MassTransit_IsMetInPlatformMessagingOnly()
    {
        var users = SourceTree.Files.Where(file => Regex.IsMatch(file.Text, @"^using MassTransit\b|[^.""\w]MassTransit\.\w", RegexOptions.Multiline)).ToList();
        Assert.NotEmpty(users);
        Assert.All(users, file => Assert.StartsWith("services/Platform/Messaging/", file.Path));
    }

    [Fact]
    public void RabbitMQClient_IsMetInPlatformMessagingOnly()
    {
        var users = SourceTree.Files.Where(file => Regex.IsMatch(file.Text, @"^using RabbitMQ\.Client\b", RegexOptions.Multiline)).ToList();
        Assert.NotEmpty(users);
        Assert.All(users, file => Assert.StartsWith("services/Platform/Messaging/", file.Path));
    }

    [Fact]
    public void MongoDBDriver_IsMetInPlatformStorageOnly()
    {
        var users = SourceTree.Files.Where(file => Regex.IsMatch(file.Text, @"^using MongoDB\.Driver\b", RegexOptions.Multiline)).ToList();
        Assert.NotEmpty(users);
        Assert.All(users, file => Assert.StartsWith("services/Platform/Storage/", file.Path));
    }

    [Fact]
    public void MassTransit_StaysInItsApacheLine()
    {
        var pins = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Where(pin => ((string)pin.Attribute("Include")!).StartsWith("MassTransit", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pins);
        Assert.All(pins, pin => Assert.Equal("[8.5.12,9.0.0)", (string)pin.Attribute("Version")!));
    }

    [Fact]
    public void Time_IsInjected()
    {
        var services = SourceTree.Under("services");
        Assert.Contains(services, file => file.Text.Contains("TimeProvider", StringComparison.Ordinal));
        Assert.All(services, file => Assert.False(Regex.IsMatch(file.Text, @"\bDateTime(Offset)?\.(Utc)?Now\b"), $"{file.Path} reads the machine's clock"));
    }

    [Fact]
    public void Chance_IsInjected()
    {
        var users = SourceTree.Under("services").Where(file => Regex.IsMatch(file.Text, @"\bnew Random\(|Random\.Shared|RandomNumberGenerator\.(Fill|GetBytes|GetInt32|GetString)|Guid\.(NewGuid|CreateVersion7)")).ToList();
        Assert.NotEmpty(users);
        Assert.Equal(["services/Platform/Time/Chance.cs"], users.Select(file => file.Path));
    }

    [Fact]
    public void AState_IsData()
    {
        var files = SourceTree.Files;
        Assert.NotEmpty(files);
        var state = new Regex(@"Jammu|Kashmir|Srinagar|DigiDost|\b1447\b|\bJ&K\b|\bJKeS", RegexOptions.IgnoreCase);
        Assert.All(files, file => Assert.False(state.IsMatch(file.Text), $"{file.Path} knows a state: {state.Match(file.Text).Value}"));
    }

    [Fact]
    public void Reactions_AreNamedForWhatHappened_AndTested()
    {
        var reactions = Services.SelectMany(service => AssemblyOf(service).GetTypes().Select(type => (service, type)))
            .Where(found => !found.type.IsAbstract && found.type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IReaction<>)))
            .ToList();
        Assert.True(reactions.Count >= 8, $"only {reactions.Count} reactions found");
        foreach (var (service, type) in reactions)
        {
            Assert.StartsWith("When", type.Name);
            var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", service), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
            foreach (var face in type.GetInterfaces().Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IReaction<>)))
            {
                var fact = face.GetGenericArguments()[0].Name;
                Assert.True(tests.Any(text => text.Contains("DeliverAsync", StringComparison.Ordinal) && text.Contains(fact, StringComparison.Ordinal)), $"tests/{service} delivers no {fact}");
            }
        }
    }

    [Fact]
    public void ProductionCode_IsInternalUnlessShared()
    {
        foreach (var service in Services)
        {
            var types = AssemblyOf(service).GetTypes();
            Assert.NotEmpty(types);
            var exported = AssemblyOf(service).GetExportedTypes().Where(type => type.Name != "Program").Select(type => type.FullName).ToList();
            Assert.True(exported.Count == 0, $"{service} exports {string.Join(", ", exported)}");
        }
    }
}
